"""The calls that read or delete blobs, manifests, lists and referrers (distribution-spec)."""
