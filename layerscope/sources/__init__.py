"""Where an image comes from: a registry, an archive, a directory."""
