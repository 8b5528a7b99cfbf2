"""Steps in the order of their numbers -> the schema."""
