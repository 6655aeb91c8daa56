// What JupyterLab lacks for a course: an address that opens a lesson *at an exercise*, a way back to the course page,
// and a note of which hints were opened.
//
// Written by hand in the form that JupyterLab loads from other packages (a module federation container),
// so that nothing has to be built: it takes what it needs from the application and imports nothing.
(() => {
  "use strict";

  const COMMAND = "groundwork:course";

  // JupyterLab follows `#cell-id=…` only when the notebook is already open; a first opening stays at its top.
  async function goToCell(app, fragment) {
    const path = decodeURIComponent(location.pathname.split("/tree/")[1] || "");
    await app.restored;
    const opened = await new Promise((resolve) => {
      const look = () => {
        const widget = app.shell.currentWidget;
        if (widget && widget.context && widget.context.path === path) {
          app.shell.currentChanged.disconnect(look);
          resolve(widget);
        }
      };
      app.shell.currentChanged.connect(look);
      look();
    });
    await Promise.all([opened.context.ready, opened.revealed]);
    const notebook = opened.content;
    const id = fragment.slice("#cell-id=".length);
    const index = notebook.widgets.findIndex((cell) => cell.model.id === id);
    if (index < 0) {
      return;
    }
    notebook.activeCellIndex = index;
    await notebook.scrollToItem(index, "start");
    // What stands above may still grow while it is drawn for the first time.
    await Promise.all(notebook.widgets.slice(0, index + 1).map((cell) => cell.ready));
    await notebook.scrollToItem(index, "start");
  }

  // A card carries the names of its hints; which of them are opened only the browser knows.
  function noteHints(base) {
    const note = (event) => {
      const { gwLesson: lesson, gwExercise: exercise, gwHint: hint, gwReview: review } = event.target.dataset || {};
      if (!hint || !event.target.open) {
        return;
      }
      const [, xsrf] = document.cookie.match(/_xsrf=([^;]+)/) || [];
      fetch(`${base}course/hint`, {
        method: "POST",
        headers: { "Content-Type": "application/json", "X-XSRFToken": xsrf || "" },
        body: JSON.stringify({ lesson, exercise, hint, review }),
      }).catch(() => undefined); // without a server there is nothing to note, and the hint is open all the same
    };
    document.addEventListener("toggle", note, true); // it does not bubble
  }

  const plugin = {
    id: "groundwork-desk:plugin",
    description: "Opens a lesson at its exercise and leads back to the course page.",
    autoStart: true,
    activate: (app) => {
      const base = JSON.parse(document.getElementById("jupyter-config-data").textContent).baseUrl;
      app.commands.addCommand(COMMAND, {
        label: "Course page",
        caption: "Save everything and go back to the course page",
        execute: async () => {
          await app.commands.execute("docmanager:save-all");
          location.assign(`${base}course`);
        },
      });
      noteHints(base);
      if (location.hash.startsWith("#cell-id=")) {
        goToCell(app, location.hash);
      }
    },
  };

  window._JUPYTERLAB = window._JUPYTERLAB || {};
  window._JUPYTERLAB["groundwork-desk"] = {
    init: () => undefined,
    get: async () => () => ({ __esModule: true, default: plugin }),
  };
})();
