// Passkeys: the browser asks its owner, and what it answers is sent with the form like anything else that is typed.
"use strict";

const made = window.PublicKeyCredential;
const able = made?.parseRequestOptionsFromJSON && made?.parseCreationOptionsFromJSON;

const asked = async (form) => {
  const answer = await fetch(form.dataset.passkey, { method: "POST", body: new URLSearchParams(new FormData(form)) });
  if (!answer.ok || answer.redirected) throw new Error(`no question: ${answer.status}`);
  return answer.json();
};

const answered = async (form) => {
  const question = await asked(form);
  return "makes" in form.dataset
    ? navigator.credentials.create({ publicKey: made.parseCreationOptionsFromJSON(question) })
    : navigator.credentials.get({ publicKey: made.parseRequestOptionsFromJSON(question) });
};

document.querySelectorAll("form[data-passkey]").forEach((form) => {
  if (!able) return;
  form.hidden = false;
  const failed = form.querySelector(".error[hidden]");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    event.stopPropagation();
    failed.hidden = true;
    try {
      form.elements.credential.value = JSON.stringify(await answered(form));
      form.submit();
    } catch {
      failed.hidden = false;
    }
  });
});
document.querySelectorAll("[data-no-passkey]").forEach((note) => { note.hidden = Boolean(able); });
