"""The client of the OCI distribution-spec: transport, manifests, blobs."""
