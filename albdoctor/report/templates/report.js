"use strict";
for (const button of document.querySelectorAll("button.copy")) {
  const text = button.parentElement.querySelector("pre");
  button.hidden = false;
  button.addEventListener("click", async () => {
    let copied = true;
    try {
      await navigator.clipboard.writeText(text.textContent);
    } catch {
      getSelection().selectAllChildren(text);
      copied = document.execCommand("copy");
    }
    button.textContent = copied ? button.dataset.copied : button.dataset.failed;
    setTimeout(() => { button.textContent = button.dataset.copy; }, 3000);
  });
}
for (const choice of document.querySelectorAll("input[name=lang]")) {
  choice.addEventListener("change", () => {
    document.documentElement.lang = choice.value;
    document.title = choice.dataset.title;
  });
}
for (const choice of document.querySelectorAll("[data-same]")) {
  choice.addEventListener("change", () => {
    for (const other of document.querySelectorAll(`[data-same="${choice.dataset.same}"]`)) {
      if (choice.type === "radio") other.checked = choice.checked;
      else other.value = choice.value;
    }
  });
}
const follow = () => {
  const edition = document.querySelector(".edition:has(:target)");
  const choice = edition && document.getElementById("lang-" + edition.lang);
  if (choice && !choice.checked) {
    choice.click();
    document.querySelector(":target").scrollIntoView();
  }
};
addEventListener("hashchange", follow);
follow();
