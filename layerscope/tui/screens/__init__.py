"""The screens that can be on top: they hold widgets and carry messages between them."""
