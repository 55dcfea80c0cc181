"""Images are written here to directories and archives on this machine."""
