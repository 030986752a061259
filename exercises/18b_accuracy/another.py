def accuracy(labels, p):
    right = 0
    for label, row in zip(labels, p):
        if label[list(row).index(max(row))] == 1:
            right += 1
    return right / len(labels)
