def accuracy(labels, p):
    truth = labels.argmax(axis=1)
    said = p.argmax(axis=1)
    return (truth == said).mean()
