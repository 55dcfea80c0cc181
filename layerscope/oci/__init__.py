"""Values of the OCI image-spec and distribution-spec: parsed strictly, without I/O."""
