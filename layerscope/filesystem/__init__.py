"""The table of file versions: all layers merged, and every view a query on it."""
