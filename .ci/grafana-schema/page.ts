// What a dashboard of ours may be: Grafana's own types, as JSON has them, and
// for each kind of panel the options and field settings of that kind alone.
import type * as schema from "@grafana/schema";
import type * as barGauge from "@grafana/schema/dist/esm/raw/composable/bargauge/panelcfg/x/BarGaugePanelCfg_types.gen.js";
import type * as stat from "@grafana/schema/dist/esm/raw/composable/stat/panelcfg/x/StatPanelCfg_types.gen.js";
import type * as stateTimeline from "@grafana/schema/dist/esm/raw/composable/statetimeline/panelcfg/x/StateTimelinePanelCfg_types.gen.js";
import type * as table from "@grafana/schema/dist/esm/raw/composable/table/panelcfg/x/TablePanelCfg_types.gen.js";
import type * as text from "@grafana/schema/dist/esm/raw/composable/text/panelcfg/x/TextPanelCfg_types.gen.js";
import type * as timeSeries from "@grafana/schema/dist/esm/raw/composable/timeseries/panelcfg/x/TimeSeriesPanelCfg_types.gen.js";

// JSON has the values of an enumeration, not its names.
type Json<T> = unknown extends T ? T
  : T extends string ? `${T}`
  : T extends number | boolean | null | undefined ? T
  : T extends (infer E)[] ? Json<E>[]
  : { [K in keyof T]: Json<T[K]> };

// Grafana fills in what a file leaves out of a panel's options.
type Some<T> = T extends (infer E)[] ? E[] : T extends object ? { [K in keyof T]?: Some<T[K]> } : T;

// A map of words for values: the schema's own is keyed by the values.
type Common = Omit<schema.Panel, "type" | "options" | "fieldConfig" | "targets" | "title" | "gridPos" | "datasource">;

interface Source { type: "influxdb" | "prometheus"; uid: string }

// Questions: the schema leaves them to each data source.
interface InfluxQL { refId: string; datasource: Source; query: string; rawQuery: true; resultFormat: "time_series" | "table"; alias?: string }
interface PromQL { refId: string; datasource: Source; expr: string; legendFormat?: string; instant?: boolean; range?: boolean; format?: "time_series" | "table" }

interface Drawn<Type extends string, Options, Custom> extends Common {
  type: Type;
  title: string;
  gridPos: schema.GridPos;
  datasource: Source;
  targets: (InfluxQL | PromQL)[];
  fieldConfig: { defaults: Omit<schema.FieldConfig, "custom"> & { custom?: Some<Custom> }; overrides: schema.FieldConfigSource["overrides"] };
  options: Some<Options>;
}

interface Words extends Common {
  type: "text";
  title: string;
  gridPos: schema.GridPos;
  options: Some<text.Options>;
}

interface Row extends Omit<schema.RowPanel, "panels"> { panels: [] }

type Panel =
  | Row
  | Words
  | Drawn<"bargauge", barGauge.Options, Record<never, never>>
  | Drawn<"stat", stat.Options, Record<never, never>>
  | Drawn<"state-timeline", stateTimeline.Options, stateTimeline.FieldConfig>
  | Drawn<"table", table.Options, table.FieldConfig>
  | Drawn<"timeseries", timeSeries.Options, timeSeries.FieldConfig>;

// InfluxQL's annotations keep their question and columns beside the rest.
interface Mark extends Omit<schema.AnnotationQuery, "datasource"> { datasource: Source; query: string; textColumn: string; tagsColumn?: string }

interface Typed extends Omit<schema.Dashboard, "panels" | "annotations" | "templating"> {
  panels: Panel[];
  annotations: { list: Mark[] };
  templating: { list: (schema.VariableModel & { definition?: string })[] };
}

export type Page = Json<Typed>;

// Ours is narrower than Grafana's: whatever is a page of ours is a Dashboard.
export const isDashboard = (page: Page): Json<schema.Dashboard> => page;
