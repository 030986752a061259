def points_right(points, labels, w, b):
    count = 0
    for (x1, x2), label in zip(points, labels, strict=True):
        z = x1 * w[0] + x2 * w[1] + b
        if (label == 1 and z > 0) or (label == 0 and z < 0):
            count += 1
    return count
