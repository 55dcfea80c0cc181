"""Uploads: blobs first, then the manifests that name them."""
