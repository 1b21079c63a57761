// Answers for the explorer's model, so that Python can hold it against the library. Each line of the input is
// {data, addresses} as JSON; each line of the output has, for each address, all that the model says of its view.
import { createInterface } from "node:readline";

import "../book/_extra/explorer/model.js";

function answer(model, address) {
  const { state, problems } = model.fromAddress(address);
  const { codes, cases, stateOf } = model.chosen(state), { data } = model;
  const evaluated = model.evaluated(state);
  return {
    problems,
    address: model.toAddress(state),
    state: { ...state, cases: [...state.cases], codes: [...state.codes], place: named(data, state.place) },
    choices: model.axesOf(state).map((axis) => data.choices[axis].name),
    cases: cases.map((position) => model.studyOf(state).cases[position].case),
    states: codes.map((code) => cases.map((position) => stateOf(code, position))),
    counts: model.countRows(state).map(({ code, low, high, total, ends }) => [code.code, low, high, total, ...ends]),
    compared: model.caseRows(state).map(({ shown, absent, open }) => [shown, absent, open]),
    agreement: cases.map((one) => cases.map((other) => model.agreement(state, one, other))),
    claims: evaluated.map(({ claim, now, changed, verdict }) =>
      ({ claim: claim.claim, ...counted(data, now), changed, verdict })),
    curve: curve(model, state, evaluated.find(({ claim }) => claim.claim === state.claim)),
  };
}

const named = ({ choices }, place, axes = [...choices.keys()]) =>
  Object.fromEntries(axes.map((axis) => [choices[axis].name, choices[axis].values[place[axis]]]));
const counted = ({ outcomes }, { outcome, low, high, total }) => ({ outcome: outcomes[outcome], low, high, total });

function curve(model, state, claim) {
  if (!claim) return [];
  const { axes, rows } = model.curve(state, claim.results);
  return rows.map((row) => ({ ...named(model.data, row.place, axes), ...counted(model.data, row) }));
}

for await (const line of createInterface({ input: process.stdin })) {
  const { data, addresses } = JSON.parse(line);
  const model = globalThis.explorerModel(data);
  console.log(JSON.stringify(addresses.map((address) => answer(model, address))));
}
