"""Pictures as characters: colours, heat maps, networks, canvases."""
