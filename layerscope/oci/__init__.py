"""Values of the OCI image-spec and distribution-spec: pure, without input or output, strict about what they take."""
