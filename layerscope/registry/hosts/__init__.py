"""The hosts of a registry: mirrors, schemes and certificates."""
