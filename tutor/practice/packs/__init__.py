"""The exercises of packs: read with limits, and proved as a pack is added."""
