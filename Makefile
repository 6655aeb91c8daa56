# Every task by name. `make` alone lists them.
# Variables for the command line: PYTHON (which Python makes the environment), BROWSER and PORT (for learn),
# LESSON (for lessons and audit), STAGE and TO (for release; STAGE for grade), JOBS (how many processes test).

.DEFAULT_GOAL := help

ifeq ($(OS),Windows_NT)
PYTHON ?= python
PY := .venv/Scripts/python.exe
else
PYTHON ?= python3
PY := .venv/bin/python
endif

JOBS ?= 2
PYTEST := $(PY) -m pytest -n $(JOBS) --dist loadfile
# Lessons write files; they are run as copies, so that the sources' folders stay clean.
copy_lessons = rm -rf build/lessons && mkdir -p build && cp -R curriculum build/lessons
NBVAL := --nbval --nbval-current-env --nbval-sanitize-with tests/nbval_sanitize.cfg
# Lessons' kernels are forks of a process with the libraries imported; where that can't be, Jupyter's own.
FORKED := groundwork-fork

# Some desktops set BROWSER and some servers PORT for all programs; only what was said to make counts.
said = $(filter command,$(firstword $(origin $(1))))

.PHONY: help
help: ## list the tasks
	@echo "make TASK, where TASK is one of:"
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  \1 \2/p' $(firstword $(MAKEFILE_LIST)) | \
	  awk '{name = $$1; $$1 = ""; printf "  %-13s%s\n", name, $$0}'

NO_PYTHON := Python 3.11 or newer is needed and there is no $(PYTHON); install it with: \
  sudo apt install python3 python3-venv, or brew install python, or winget install Python.Python.3.12

.PHONY: environment environment-test
environment environment-test:
	@command -v $(PYTHON) > /dev/null || { echo "$(NO_PYTHON)" >&2; exit 1; }
	@$(PYTHON) tools/environment.py $(if $(findstring test,$@),test,learn)

.PHONY: learn
learn: environment ## open the course in JupyterLab [BROWSER=none] [PORT=8890]
	@$(PY) -m autograder learn $(if $(call said,BROWSER),--browser "$(BROWSER)") $(if $(call said,PORT),--port "$(PORT)")

.PHONY: test
test: lint ## prove everything: style, types, the package, each lesson's contract and outputs
	$(copy_lessons)
	KERNELS_OF_LESSONS=$(FORKED) $(PYTEST) $(NBVAL) $(NO_ATTACKS) tests build/lessons

# They fill, fork and kill for ten minutes, and want the machine for themselves.
NO_ATTACKS := --ignore tests/attacks/test_attacks.py --ignore tests/attacks/test_faults.py

.PHONY: attacks
attacks: environment-test ## attack the grading: every case at both levels of the sandbox
	$(PY) -m pytest tests/attacks

.PHONY: test-learner
test-learner: environment ## prove what a learner's machine needs: the package, JupyterLab, each lesson runs
	$(PY) -m pip install --quiet --disable-pip-version-check -c constraints.txt pytest-xdist pytest-timeout pytest-rerunfailures nbval
	$(PYTEST) -m learner tests
	$(copy_lessons)
	GROUNDWORK_JOURNAL=off JUPYTER_DEFAULT_PROVISIONER_NAME=$(FORKED) $(PYTEST) --nbval-lax --nbval-current-env build/lessons

.PHONY: lint
lint: environment-test ## check style and types
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy

.PHONY: lessons
lessons: environment-test ## run the lessons and store their outputs [LESSON=01-math/01-vectors]
	$(PY) -m autograder lessons $(LESSON)

.PHONY: normalise
normalise: environment-test ## take from the stored notebooks what only one machine needs
	$(PY) -m autograder normalise

.PHONY: release
release: environment ## make what a class gets [STAGE=01-math] [TO=folder]
	$(PY) -m autograder release $(STAGE) $(if $(TO),--to "$(TO)")

.PHONY: grade
grade: environment ## grade what a class has handed in, in a sandbox [STAGE=01-math]
	$(PY) -m autograder grade $(STAGE)

.PHONY: coverage
coverage: environment-test ## write docs/coverage.md: which exercise grades which topic
	$(PY) -m autograder coverage

.PHONY: audit
audit: environment-test ## test the tests: right answers, known mistakes, mutants [LESSON=01-math/01-vectors]
	$(PY) -m autograder audit --record $(LESSON)

.PHONY: datasets-page
datasets-page: environment-test ## draw the data sets and write docs/datasets.md from their cards
	$(PY) tools/dataset_pictures.py
	$(PY) -m autograder datasets --page

.PHONY: site
site: environment-test ## build the course as a static site in build/site, from the stored outputs
	$(PY) tools/course_site.py

.PHONY: benchmarks
benchmarks: environment-test ## measure what learners wait for
	$(PY) benchmarks/run.py

.PHONY: screenshots
screenshots: environment-test ## take the README's pictures from the real thing
	$(PY) tools/screenshots.py

# What learners and instructors made (work/, submitted/, autograded/, feedback/, the gradebook) is never removed.
.PHONY: clean
clean: ## remove what can be made again; never anybody's work
	rm -rf build dist release .hypothesis .mypy_cache .pytest_cache .ruff_cache *.egg-info
	find autograder curriculum datasets tests tools -name __pycache__ -type d -prune -exec rm -rf {} +
	find curriculum tests -name .ipynb_checkpoints -type d -prune -exec rm -rf {} +

.PHONY: distclean
distclean: clean ## the same, and remove the environment
	rm -rf .venv
