/** The page before its script has run: the same for every campaign, and it says nothing of any. */
import { html } from '../campaign/report/html.js'

export const SHELL = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Campaign console</title>
<link rel="icon" href="/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/console.css">
<script type="module" src="/console.js"></script>
</head>
<body><div id="console"><noscript>The console needs scripts; the report of a campaign (--report) does not.</noscript></div></body>
</html>
`.text

export const ICON =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><g stroke="#2b6cb0" stroke-width="1.5"><path d="M8 8 3 3M8 8l5-5M8 8v6"/></g><g fill="#2b6cb0"><circle cx="8" cy="8" r="3"/><circle cx="3" cy="3" r="2"/><circle cx="13" cy="3" r="2"/><circle cx="8" cy="14" r="2"/></g></svg>'
