/** The facts of the conformance suite as Markdown, for docs/conformance.md. */
import { FACTS } from '../../conformance/facts/catalogue.js'
import { CERTAINTIES } from '../../conformance/facts/fact.js'
import { OPEN_QUESTIONS } from '../../conformance/facts/open-questions.js'

const BEGIN = '<!-- written by npm run docs from conformance/facts/ -->'

/** The page with its part from the mark on written anew. */
export const conformanceMarkdown = (page: string): string => `${page.split(BEGIN)[0]}${BEGIN}\n\n${factsMarkdown()}`

function factsMarkdown(): string {
  const subjects = [...new Set(FACTS.map(({ id }) => id.split('.')[0] ?? ''))]
  return [
    '## Open questions',
    '',
    'No public page answers these. A fact that answers one expects what cen-attach assumes today.',
    '',
    '| question | facts |',
    '|---|---|',
    ...Object.entries(OPEN_QUESTIONS).map(([number, text]) => {
      const facts = FACTS.filter(({ question }) => question === Number(number))
      return `| ${number}. ${text} | ${facts.map(({ id }) => `\`${id}\``).join(' ')} |`
    }),
    '',
    '## Facts',
    '',
    Object.entries(CERTAINTIES)
      .map(([mark, meaning]) => `**${mark}**: ${meaning}`)
      .join('. ')
      .concat('.'),
    '',
    ...subjects.flatMap((subject) => [
      `### ${subject}`,
      '',
      '| fact | | expected | source; where it is assumed |',
      '|---|---|---|---|',
      ...FACTS.filter(({ id }) => id.startsWith(`${subject}.`)).map(
        ({ id, sentence, certainty, expected, source, assumedIn }) => {
          const [file = '', ...rest] = (assumedIn ?? '').split(' ')
          const place = assumedIn === undefined ? '' : `; \`${file}\` ${rest.join(' ')}`
          return `| \`${id}\`<br>${cell(sentence)} | ${certainty} | ${cell(expected.text)} | ${cell(source)}${cell(place)} |`
        },
      ),
      '',
    ]),
  ]
    .join('\n')
    .replace(/\n*$/, '\n')
}

const cell = (text: string): string => text.trimEnd().replaceAll('|', '\\|')
