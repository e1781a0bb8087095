"""Captures of a province → staged tables on disk, part by part."""
