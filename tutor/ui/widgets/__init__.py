"""The widgets of the screens: a step's text and questions, and any lab."""
