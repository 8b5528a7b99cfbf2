"""The schema of one version -> that of the next, by Alembic."""
