import numpy as np


def adam_step(w, m, v, g, t, rate, beta_1=0.9, beta_2=0.999, epsilon=1e-7):
    m = beta_1 * m + (1 - beta_1) * g
    v = beta_2 * v + (1 - beta_2) * g**2
    m_hat = m / (1 - beta_1**t)
    v_hat = v / (1 - beta_2**t)
    return w - rate * m_hat / (np.sqrt(v_hat) + epsilon), m, v
