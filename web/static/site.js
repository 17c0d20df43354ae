// What pages gain when scripts run; every page works without.
"use strict";

// On a wide screen the filters stand open beside the list.
const wide = matchMedia("(min-width: 56rem)");
const openFilters = () => document.querySelectorAll("[data-open-when-wide]").forEach((box) => { box.open = wide.matches; });
wide.addEventListener("change", openFilters);
openFilters();

// A filter changed by hand needs no button when htmx sends it at once.
if (window.htmx) document.querySelectorAll("[data-submit-on-change] .apply").forEach((row) => { row.hidden = true; });

// The answer to a form has no address of its own: going back to it, or reloading it, opens the page the form stands on,
// with what was typed. The browser keeps nothing of a page for members, and would ask to send the form again. What one
// person typed comes back to nobody else who signs in after them: a session's own token says whose it is.
const { staysAt } = document.body.dataset;
const whose = document.querySelector("input[name=csrf]")?.value;
if (history.state?.typed && history.state.whose !== whose) history.replaceState(null, "");
const isTick = ({ type }) => type === "radio" || type === "checkbox";
const answersOf = (form) => [...form.elements].filter((field) => field.name && !["hidden", "file", "password", "submit"].includes(field.type));
if (staysAt) {
  const form = document.querySelector("form[method=post]:has(.wrong)");
  const typed = form && answersOf(form).filter((field) => !isTick(field) || field.checked).map(({ name, value }) => [name, value]);
  history.replaceState(form && { whose, address: form.getAttribute("action"), typed }, "", staysAt + location.hash);
} else if (history.state?.typed) {
  const { address, typed } = history.state;
  const form = [...document.querySelectorAll("form[method=post]")].find((one) => one.getAttribute("action") === address);
  answersOf(form ?? { elements: [] }).forEach((field) => {
    if (isTick(field)) field.checked = typed.some(([name, value]) => name === field.name && value === field.value);
    else field.value = typed.find(([name]) => name === field.name)?.[1] ?? field.value;
  });
}

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

// What a form asks while one types may be answered just as its button is pressed: the page does not move away from under
// the finger, or the press would be lost.
let pressed = false;
document.addEventListener("pointerdown", ({ target }) => { pressed = target.closest("button, a") !== null; });
["pointerup", "pointercancel"].forEach((ends) => document.addEventListener(ends, () => { pressed = false; }));
document.addEventListener("htmx:beforeSwap", ({ detail }) => { if (pressed) detail.shouldSwap = false; });

// A form is sent once, however often its button is pressed; again after a while, where the network lost it.
const GIVEN_UP_AFTER = 8000;
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post") return;
  if (Date.now() - (form.dataset.sent ?? 0) < GIVEN_UP_AFTER) event.preventDefault();
  else form.dataset.sent = Date.now();
});
addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach((form) => { delete form.dataset.sent; }));

// What the code on a printed sheet leads to stands open.
const openTarget = () => { const fold = document.getElementById(location.hash.slice(1))?.closest("details"); if (fold) { fold.open = true; fold.scrollIntoView(); } };
addEventListener("hashchange", openTarget);
openTarget();

// What was read in the author's words is filled in when its chip is tapped; without scripts the chip sends the form.
document.addEventListener("click", (event) => {
  const chip = event.target.closest("[data-take]");
  if (!chip) return;
  const form = chip.form;
  const found = [...new URLSearchParams(chip.value)].map(([name, value]) => [form.elements.namedItem(name), value]);
  if (found.some(([field, value]) => !field || (field.options && ![...field.options].some((option) => option.value === value)))) return;
  event.preventDefault();
  let last = null;
  found.forEach(([field, value]) => {
    if (field instanceof RadioNodeList) [...field].forEach((radio) => { radio.checked = radio.value === value; last = radio.checked ? radio : last; });
    else if (field.type === "checkbox") { field.checked = true; last = field; }
    else { field.value = value; last = field; }
  });
  for (let fold = last.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
  last.dispatchEvent(new Event("change", { bubbles: true }));
  const done = document.createElement("p");
  done.className = "read-taken";
  done.setAttribute("role", "status");
  done.append(...chip.querySelectorAll("b"));
  chip.replaceWith(done);
});

// Photos that are too heavy together are told before they are sent: what was typed would not come through with them.
document.addEventListener("change", ({ target }) => {
  if (!target.matches("input[type=file][data-most]")) return;
  const heavy = [...target.files].reduce((sum, file) => sum + file.size, 0) > Number(target.dataset.most);
  document.getElementById(`${target.id}-heavy`).hidden = !heavy;
  if (heavy) target.value = "";
});
