"""The screens: they hold widgets and carry messages between them."""
