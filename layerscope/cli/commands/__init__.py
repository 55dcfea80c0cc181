"""One module per command group; a module is imported only when a command of it runs."""
