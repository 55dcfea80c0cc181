"""Which host serves a registry, and how it is reached: mirrors, schemes and certificates."""
