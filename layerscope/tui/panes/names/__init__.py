"""The repositories of a registry, or the tags of a repository."""
