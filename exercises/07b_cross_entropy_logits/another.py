import math


def cross_entropy_logits(z, labels):
    loss = 0.0
    for row, label in zip(z, labels, strict=True):
        largest = max(row)
        loss += largest + math.log(sum(math.exp(logit - largest) for logit in row)) - row[label]
    return loss / len(z)
