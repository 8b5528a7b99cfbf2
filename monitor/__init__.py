"""Feeds, folders and their articles -> alerts that people and programs get while the news is new."""
