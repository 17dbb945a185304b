// Prints the keys that the Collector's own types know, as a table in TypeScript.
//
//	cp projenrc/collector-keys/main.go test/support/components/modules/collector-0.161.0/keys.go   # beside its go.mod
//	(cd test/support/components/modules/collector-0.161.0 && go run keys.go) > src/constructs/collector/known-keys.ts
//	rm test/support/components/modules/collector-0.161.0/keys.go
//
//go:build ignore

package main

import (
	"encoding"
	"fmt"
	"reflect"
	"regexp"
	"sort"
	"strings"
	"time"

	"github.com/open-telemetry/opentelemetry-collector-contrib/exporter/fileexporter"
	"github.com/open-telemetry/opentelemetry-collector-contrib/extension/basicauthextension"
	"github.com/open-telemetry/opentelemetry-collector-contrib/extension/bearertokenauthextension"
	"github.com/open-telemetry/opentelemetry-collector-contrib/extension/healthcheckextension"
	"github.com/open-telemetry/opentelemetry-collector-contrib/extension/oauth2clientauthextension"
	"github.com/open-telemetry/opentelemetry-collector-contrib/extension/storage/filestorage"
	"github.com/open-telemetry/opentelemetry-collector-contrib/processor/filterprocessor"
	"github.com/open-telemetry/opentelemetry-collector-contrib/processor/probabilisticsamplerprocessor"
	"github.com/open-telemetry/opentelemetry-collector-contrib/processor/resourceprocessor"
	"github.com/open-telemetry/opentelemetry-collector-contrib/processor/tailsamplingprocessor"
	"github.com/open-telemetry/opentelemetry-collector-contrib/processor/transformprocessor"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/exporter/debugexporter"
	"go.opentelemetry.io/collector/exporter/otlpexporter"
	"go.opentelemetry.io/collector/exporter/otlphttpexporter"
	"go.opentelemetry.io/collector/processor/batchprocessor"
	"go.opentelemetry.io/collector/processor/memorylimiterprocessor"
	"go.opentelemetry.io/collector/receiver/otlpreceiver"
	"go.opentelemetry.io/collector/service/telemetry/otelconftelemetry"
)

type factory interface {
	Type() component.Type
	CreateDefaultConfig() component.Config
}

var components = []struct {
	section string
	factory factory
}{
	{"receivers", otlpreceiver.NewFactory()},
	{"processors", batchprocessor.NewFactory()},
	{"processors", filterprocessor.NewFactory()},
	{"processors", memorylimiterprocessor.NewFactory()},
	{"processors", probabilisticsamplerprocessor.NewFactory()},
	{"processors", resourceprocessor.NewFactory()},
	{"processors", tailsamplingprocessor.NewFactory()},
	{"processors", transformprocessor.NewFactory()},
	{"exporters", debugexporter.NewFactory()},
	{"exporters", fileexporter.NewFactory()},
	{"exporters", otlpexporter.NewFactory()},
	{"exporters", otlphttpexporter.NewFactory()},
	{"extensions", basicauthextension.NewFactory()},
	{"extensions", bearertokenauthextension.NewFactory()},
	{"extensions", healthcheckextension.NewFactory()},
	{"extensions", oauth2clientauthextension.NewFactory()},
	{"extensions", filestorage.NewFactory()},
}

// What each type knows, by the type's name.
var types = map[string]map[string]string{}

var textual = reflect.TypeFor[encoding.TextUnmarshaler]()
var duration = reflect.TypeFor[time.Duration]()
var unsafe = regexp.MustCompile(`[^A-Za-z0-9]+`)

// refer gives the expression of a type: a name in the table, `[]` or `{}` and that of the items of a list or a map, `?` and one that
// `enabled: false` may switch off, `:` and what a plain value is, or "" where anything may stand.
func refer(t reflect.Type) string {
	if t.Implements(textual) || reflect.PointerTo(t).Implements(textual) {
		// Of the others some take a number, too.
		if t.Kind() == reflect.String || t.Kind() == reflect.Struct {
			return ":text"
		}
		return ""
	}
	// Optional[T], which hides what it holds.
	if get, ok := reflect.PointerTo(t).MethodByName("Get"); ok && strings.Contains(t.Name(), "Optional[") {
		if inner := refer(get.Type.Out(0)); inner != "" && !strings.HasPrefix(inner, "?") {
			return "?" + inner
		}
		return ""
	}
	if t == duration {
		return ":time"
	}
	switch t.Kind() {
	case reflect.Pointer:
		return refer(t.Elem())
	case reflect.Slice:
		// Some lists may be written as maps, too.
		if strings.Contains(t.String(), "MapList") {
			return ":pairs"
		}
		return "[]" + refer(t.Elem())
	case reflect.Map:
		return "{}" + refer(t.Elem())
	case reflect.Struct:
		return describe(t)
	case reflect.Interface:
		return ""
	}
	return plain(t.Kind())
}

func plain(kind reflect.Kind) string {
	switch {
	case kind == reflect.Bool:
		return ":bool"
	case kind >= reflect.Int && kind <= reflect.Int64:
		return ":int"
	case kind >= reflect.Uint && kind <= reflect.Uint64:
		return ":count"
	case kind == reflect.Float32 || kind == reflect.Float64:
		return ":number"
	case kind == reflect.String:
		return ":text"
	}
	return ""
}

func describe(t reflect.Type) string {
	name := strings.Trim(unsafe.ReplaceAllString(strings.TrimPrefix(t.String(), "*"), "_"), "_")
	if _, ok := types[name]; ok {
		return name
	}
	keys := map[string]string{}
	types[name] = keys
	if collect(t, keys); len(keys) == 0 {
		delete(types, name)
		return ""
	}
	return name
}

func collect(t reflect.Type, keys map[string]string) {
	for i := range t.NumField() {
		field := t.Field(i)
		tag, options, _ := strings.Cut(field.Tag.Get("mapstructure"), ",")
		switch {
		case tag == "-" || !field.IsExported() && !field.Anonymous:
		case strings.Contains(options, "remain"):
			keys["*"] = ""
		case strings.Contains(options, "squash"):
			inner := field.Type
			if get, ok := reflect.PointerTo(inner).MethodByName("Get"); ok && strings.Contains(inner.Name(), "Optional[") {
				inner = get.Type.Out(0)
			}
			if inner.Kind() == reflect.Pointer {
				inner = inner.Elem()
			}
			collect(inner, keys)
		case tag == "":
			if field.IsExported() {
				keys[strings.ToLower(field.Name)] = refer(field.Type)
			}
		default:
			keys[tag] = refer(field.Type)
		}
	}
}

func sorted[V any](m map[string]V) []string {
	var all []string
	for key := range m {
		all = append(all, key)
	}
	sort.Strings(all)
	return all
}

func main() {
	fmt.Println("// Written by projenrc/collector-keys/main.go: do not edit.")
	fmt.Println("/* eslint-disable @stylistic/max-len */")
	fmt.Println()
	fmt.Println("/** The type of each component that is known, by section and type; of `service.telemetry` too. */")
	fmt.Println("export const KNOWN_COMPONENTS: { readonly [component: string]: string } = {")
	for _, c := range components {
		fmt.Printf("  '%s/%s': '%s',\n", c.section, c.factory.Type(), refer(reflect.TypeOf(c.factory.CreateDefaultConfig())))
	}
	fmt.Printf("  'service/telemetry': '%s',\n", refer(reflect.TypeOf(otelconftelemetry.NewFactory().CreateDefaultConfig())))
	fmt.Println("};")
	fmt.Println()
	fmt.Println("/** The keys of each type: a key, and after `=` the type of its value where that is known: `[]` and `{}` are a list and a map with the type of their items, `?` a map that has `enabled` too, and `:` a plain value. */")
	fmt.Println("export const KNOWN_KEYS: { readonly [type: string]: string } = {")
	for _, name := range sorted(types) {
		var keys []string
		for _, key := range sorted(types[name]) {
			if inner := types[name][key]; inner != "" {
				key += "=" + inner
			}
			keys = append(keys, key)
		}
		fmt.Printf("  %s: '%s',\n", name, strings.Join(keys, " "))
	}
	fmt.Println("};")
}
