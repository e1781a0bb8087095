"""The forms that reports follow: one YAML file a form, read and checked here."""
