// What is wider than its box is moved sideways: with a finger, and with the keyboard once the box can have the focus.
function reachable() {
  for (const box of document.querySelectorAll("pre, .table-wrapper, .gw-formula, .gw-diagram")) {
    if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
    else box.removeAttribute("tabindex");
  }
}
addEventListener("DOMContentLoaded", reachable);
addEventListener("resize", reachable);
addEventListener("toggle", reachable, true);
