"""Lessons as data: loading, validating and stepping through them; questions and their checks; progress.

A lesson is a folder with ``lesson.md`` (the text of each step), ``lesson.toml`` (what each step sets, shows and asks)
and ``lesson.walk`` (a script that tests it). ``docs/lesson-format.md`` is the reference for authors.
"""
