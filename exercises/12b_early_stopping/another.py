import math


def early_stopping(losses, patience):
    lowest, best, waited, last = math.inf, 0, 0, 0
    for number, loss in enumerate(losses, start=1):
        last = number
        if loss < lowest:
            lowest, best, waited = loss, number, 0
            continue
        waited += 1
        if waited == patience:
            break
    return best, last
