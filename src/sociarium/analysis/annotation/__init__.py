"""Annotation: codebooks, what is drawn to be labelled, blinded views of it, labels, sheets and agreement."""
