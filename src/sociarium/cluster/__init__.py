"""The same work placed on a cluster: every Dask worker plays runs of a sweep as one process would."""
