"""Boomstream: who may watch which video."""
