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
