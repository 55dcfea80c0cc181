"""Images in the storage of container engines on this machine: Docker and podman."""
