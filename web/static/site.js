// What pages gain when scripts run; every page works without.
"use strict";

// On a wide screen the filters stand open beside the list.
const wide = matchMedia("(min-width: 56rem)");
const openFilters = () => document.querySelectorAll("[data-open-when-wide]").forEach((box) => { box.open = wide.matches; });
wide.addEventListener("change", openFilters);
openFilters();

// A filter changed by hand needs no button when htmx sends it at once.
if (window.htmx) document.querySelectorAll("[data-submit-on-change] .apply").forEach((row) => { row.hidden = true; });

// The page of errors begins at its summary.
document.getElementById("errors")?.focus();

// A menu closes when one clicks elsewhere or presses Escape.
document.addEventListener("click", (event) => {
  document.querySelectorAll("details.menu[open]").forEach((menu) => { if (!menu.contains(event.target)) menu.open = false; });
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  document.querySelectorAll("details.menu[open]").forEach((menu) => { menu.open = false; menu.querySelector("summary").focus(); });
});

// A form is sent once, however often its button is pressed.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post") return;
  if (form.dataset.sent) { event.preventDefault(); return; }
  form.dataset.sent = "yes";
});
addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach((form) => { delete form.dataset.sent; }));

// What the code on a printed sheet leads to stands open.
const openTarget = () => { const fold = document.getElementById(location.hash.slice(1))?.closest("details"); if (fold) { fold.open = true; fold.scrollIntoView(); } };
addEventListener("hashchange", openTarget);
openTarget();
