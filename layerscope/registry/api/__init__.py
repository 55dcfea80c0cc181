"""The calls of the distribution specification that read or delete: blobs, manifests, lists and referrers."""
