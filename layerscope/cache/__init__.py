"""The contents of layers, kept on disk by digest, so that no layer is fetched twice."""
