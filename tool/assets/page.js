"use strict";
/* SPDX-License-Identifier: GPL-2.0-only */
const data = JSON.parse(document.getElementById("data").textContent);
const byId = id => document.getElementById(id);

/* Everything that comes from data becomes text here, never markup. */
function element(tag, text, className) {
	const made = document.createElement(tag);
	if (text !== undefined)
		made.textContent = text;
	if (className)
		made.className = className;
	return made;
}

const palettes = {
	light: ["#c2410c", "#1d6fb8", "#2f7d32", "#8a3ab9", "#8d6200", "#00797d",
		"#b3206a", "#4b5563", "#5b7a00", "#3f51b5", "#a04b3a", "#00695c"],
	dark: ["#ff9a57", "#6cb2ff", "#7bd07f", "#d59bff", "#e5c04b", "#4fd1d6",
		"#ff8ac0", "#b6c0cc", "#b9d44e", "#9aa8ff", "#e59b8a", "#56c9b4"],
};
const darkScreen = matchMedia("(prefers-color-scheme: dark)");
const variable = name =>
	getComputedStyle(document.documentElement).getPropertyValue(name).trim();
