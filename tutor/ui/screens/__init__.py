"""The screens, one module each, with its stylesheet next to it."""
