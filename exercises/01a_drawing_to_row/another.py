def flatten(drawing):
    return drawing.reshape(-1)
