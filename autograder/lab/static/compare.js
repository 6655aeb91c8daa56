// nbdime draws the answers; this gives each of its editors a name that a screen reader can say.
(() => {
  "use strict";

  const root = document.getElementById("nbdime-root");

  function name(pair) {
    const [title] = pair.querySelectorAll(".jp-Cellrow-header-cellId");
    if (!title) {
      return;
    }
    const exercise = title.textContent.replace(/^Cell ID: /, "").replaceAll("_", " ");
    if (title.textContent !== exercise) {
      title.textContent = exercise;
    }
    for (const editor of pair.querySelectorAll(".cm-content:not([aria-label])")) {
      const whose = editor.closest(".cm-diff-left-editor") ? "Yours" : "Ours";
      editor.setAttribute("aria-label", `${whose}: ${exercise}`);
    }
  }

  new MutationObserver(() => root.querySelectorAll(".jp-Cell-diff").forEach(name)).observe(root, {
    childList: true,
    subtree: true,
  });
})();
