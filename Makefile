# `make run` opens dl-tutor, `make test` proves it. Both install what they need into .venv first, TensorFlow too where
# there is one for this machine; `make run-small` leaves it out.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: run run-small test lint bench clean
# One pip at a time.
.NOTPARALLEL:

run: $(VENV)/installed-tensorflow
	@$(BIN)/dl-tutor

run-small: $(VENV)/installed
	@$(BIN)/dl-tutor

test: $(VENV)/installed-test $(VENV)/installed-tensorflow
	$(BIN)/python -m pytest -n auto --dist loadgroup

lint: $(VENV)/installed-lint
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python scripts/make_completions.py --check
	$(BIN)/python -m scripts.catalogue --check
	$(BIN)/python -m scripts.house --check
	$(BIN)/dl-tutor check-lessons --teaching
	$(BIN)/dl-tutor check-exercises
	for pack in packs/*/; do [ ! -f $$pack/pack.toml ] || $(BIN)/dl-tutor check-lessons $$pack || exit 1; done

bench: $(VENV)/installed-test $(VENV)/installed-tensorflow
	$(BIN)/python -m benchmarks

clean:
	rm -rf $(VENV)

$(VENV)/created:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "dl-tutor needs Python 3.11 or newer; name one with: make PYTHON=python3.12 run"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/installed: $(VENV)/created pyproject.toml
	@echo "Installing dl-tutor into $(VENV): 30 MB to download, 170 MB there."
	$(BIN)/python -m pip install --editable .
	@touch $@

# What goes wrong here stops nobody: everything but TensorFlow's own numbers works without it.
$(VENV)/installed-tensorflow: $(VENV)/installed
	@echo "Installing TensorFlow, the second engine: some 300 MB to download, 1.4 GB in $(VENV)."
	@echo "Everything else works without it: Ctrl-C now, and then make run-small."
	$(BIN)/python -m pip install --editable '.[tensorflow]' || true
	@$(BIN)/python -c 'from tutor.backends.availability import why_no_tensorflow; print(why_no_tensorflow())'
	@touch $@

$(VENV)/installed-test: $(VENV)/installed
	$(BIN)/python -m pip install --editable '.[test]'
	@touch $@

$(VENV)/installed-lint: $(VENV)/installed-test
	$(BIN)/python -m pip install --editable '.[test,lint]'
	@touch $@
