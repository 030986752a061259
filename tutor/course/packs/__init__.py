"""Packs: folders of lessons and exercises from elsewhere, with a ``pack.toml`` that names them."""
