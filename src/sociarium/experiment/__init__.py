"""What a researcher writes: pure, frozen models without any I/O."""
