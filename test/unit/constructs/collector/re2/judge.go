// Writes next to each pattern whether Go's regexp takes it, as the Collector does:
//
//	go run judge.go < patterns.json > judged.json && mv judged.json patterns.json
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"regexp"
)

func main() {
	var patterns [][2]any
	if err := json.NewDecoder(os.Stdin).Decode(&patterns); err != nil {
		panic(err)
	}
	fmt.Println("[")
	for i, pair := range patterns {
		_, err := regexp.Compile(pair[0].(string))
		line, _ := json.Marshal([]any{pair[0], err == nil})
		comma := ","
		if i == len(patterns)-1 {
			comma = ""
		}
		fmt.Printf("  %s%s\n", line, comma)
	}
	fmt.Println("]")
}
