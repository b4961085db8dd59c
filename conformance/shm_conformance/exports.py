"""Exports of a result. The JSON is the truth; these are views of it."""
